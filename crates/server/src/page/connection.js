// Whether the server is there: says quietly when it is not, tries again, and asks for the token if it wants one.

import { keepToken } from './token.js';
import { element, write } from './page.js';

const FIRST_WAIT = 500; // ms
const LAST_WAIT = 5_000; // ms

export class Connection {
  // `probe` asks the server for something small; `onBack` runs when it answers again.
  constructor(probe, onBack) {
    this.probe = probe;
    this.onBack = onBack;
    this.timer = null;
    this.wait = FIRST_WAIT;
    this.hasNewToken = false;
    element('token-form').addEventListener('submit', () => this.#useToken());
    element('token-dialog').addEventListener('close', () => this.#onDialogClosed());
    addEventListener('online', () => this.#tryNow());
  }

  // Takes note of a problem that says something of the connection; returns false for any other.
  notice(problem) {
    if (problem.status === 401) {
      this.#askForToken(problem.message);
      return true;
    }
    if (!problem.isPassing) return false;
    write(element('notice'), problem.status === 0 ? 'The server does not answer. Trying again …' : `Trying again: ${problem.message}`);
    this.#tryLater();
    return true;
  }

  #tryLater() {
    if (this.timer !== null) return;
    this.timer = setTimeout(() => this.#tryNow(), this.wait);
    this.wait = Math.min(Math.max(this.wait, FIRST_WAIT) * 1.6, LAST_WAIT);
  }

  async #tryNow() {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    try {
      await this.probe();
    } catch (problem) {
      this.timer = null;
      if (!this.notice(problem)) this.#back();
      return;
    }
    this.#back();
  }

  #back() {
    this.timer = null;
    this.wait = FIRST_WAIT;
    write(element('notice'), '');
    this.onBack();
  }

  #askForToken(detail) {
    const dialog = element('token-dialog');
    if (dialog.open) return;
    const isSecond = element('token').value !== '';
    write(element('token-text'), isSecond ? `That token was not accepted: ${detail}.` : 'Paste the token from its token file. It is kept until this tab is closed.');
    element('token').value = '';
    dialog.showModal();
  }

  #useToken() {
    keepToken(element('token').value.trim());
    this.hasNewToken = true;
  }

  #onDialogClosed() {
    if (this.hasNewToken) {
      this.hasNewToken = false;
      this.wait = 0;
      this.#tryLater();
    } else {
      write(element('notice'), 'Without its token this server predicts nothing. Load the page again to enter it.');
    }
  }
}
