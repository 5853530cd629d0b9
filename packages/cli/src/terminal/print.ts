/** Prints an answer: as JSON for machines, else as the text `readable` makes of it. */
export function print<T>(json: boolean, answer: T, readable: (answer: T) => string): void {
  process.stdout.write(`${json ? JSON.stringify(answer) : readable(answer)}\n`);
}
