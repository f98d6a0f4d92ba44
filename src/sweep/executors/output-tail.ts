/** The last few kilobytes that a process printed. */
const mostCharacters = 4096;

export class OutputTail {
  #text = '';

  add(text: string): void {
    this.#text = (this.#text + text).slice(-mostCharacters);
  }

  clear(): void {
    this.#text = '';
  }

  get text(): string {
    return this.#text;
  }
}
