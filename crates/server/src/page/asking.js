// Asks for predictions one at a time: the newest drawing next, and no prediction of a drawing that is gone.

const PAUSE = 16; // ms between two requests, so that they follow the frames of a stroke

export class Asking {
  // `ask(input, signal)` predicts; `onPrediction(predictions, question)` and `onProblem(problem, question)` hear of it.
  constructor(ask, onPrediction, onProblem) {
    this.ask = ask;
    this.onPrediction = onPrediction;
    this.onProblem = onProblem;
    this.next = null;
    this.running = null;
    this.isPaused = false;
  }

  // Asks of a drawing that continues the one before: a prediction of that one is still worth showing.
  follow(input) {
    this.next = { input };
    this.#run();
  }

  // Asks of another drawing.
  replace(input) {
    this.forget();
    this.follow(input);
  }

  // Drops all questions: nothing is drawn any more.
  forget() {
    this.next = null;
    this.running?.abort();
    this.running = null;
  }

  // Goes on after a problem that passes.
  resume() {
    this.isPaused = false;
    this.#run();
  }

  async #run() {
    if (this.running || this.isPaused || !this.next) return;
    const question = this.next;
    const running = new AbortController();
    this.next = null;
    this.running = running;
    try {
      const predictions = await this.ask(question.input, running.signal);
      if (this.running === running) this.onPrediction(predictions, question);
    } catch (problem) {
      if (this.running === running) this.#failed(problem, question);
    }
    if (this.running !== running) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (this.running !== running) return;
    this.running = null;
    this.#run();
  }

  #failed(problem, question) {
    if (problem.isPassing || problem.status === 401) {
      this.isPaused = true;
      this.next ??= question;
    }
    this.onProblem(problem, question);
  }
}
