// Sends the chosen picture and shows the response.
const [form, input, output] = ["form", "input", "pre"].map((name) => document.querySelector(name));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  output.textContent = "...";
  try {
    const response = await fetch("/v1/predict?row=true", {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: input.files[0],
    });
    output.textContent = JSON.stringify(await response.json(), null, 2);
  } catch (error) {
    output.textContent = `The server does not answer: ${error.message}`;
  }
});
