// The server's token: taken from the address (#token=...) or typed, and kept for this tab alone.

const TOKEN_KEY = 'digits.token';
let currentToken = null;

// Takes the token out of the address, so that it is not copied with it.
export function takeTokenFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    keepToken(given);
    history.replaceState(null, '', location.pathname + location.search);
  }
}

export function keepToken(token) {
  currentToken = token;
  try {
    sessionStorage.setItem(TOKEN_KEY, token);
  } catch {
    // Without storage the token lasts until the page is loaded again.
  }
}

export function readToken() {
  if (currentToken === null) {
    try {
      currentToken = sessionStorage.getItem(TOKEN_KEY) ?? '';
    } catch {
      currentToken = '';
    }
  }
  return currentToken;
}
