/**
 * What `audience("name")` gives in an expression. Nothing in an event's data is ever one, so upstream data cannot turn
 * a notification for one into a notification for all.
 */
export class CelAudience {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
