// What this page can do: a page without a server offers drawing and predictions, and hides the rest.

export const capabilities = { server: true };

export function hideWhatIsMissing() {
  if (capabilities.server) return;
  for (const part of document.querySelectorAll('[data-needs-server]')) part.remove();
}
