import type pg from 'pg';
import { runNamed } from './named-query.ts';

/** Sends a statement, under a name where it has one, and gives its rows. */
export type Send = (
  text: string,
  values: unknown[],
  name: string | undefined,
  isBrief: boolean,
) => Promise<readonly unknown[]>;

/** Sends statements on a connection. */
export const sendOn =
  (client: pg.ClientBase): Send =>
  async (text, values, name) =>
    name === undefined ? (await client.query({ text, values })).rows : runNamed(client, { name, text, values });

/** The transaction of a connection. Whatever begins it, or a part of it, is sent along with the first statement after it. */
export class Transaction {
  readonly #client: pg.ClientBase;
  readonly #sendAlone: Send;
  /** What has not been sent yet. */
  #begun: string[] = [];

  constructor(client: pg.ClientBase) {
    this.#client = client;
    this.#sendAlone = sendOn(client);
  }

  readonly send: Send = async (text, values, name, isBrief) => {
    const before = this.#begun;
    this.#begun = [];
    if (name !== undefined && before.length > 0) {
      const commands = before.map(command => ({ name: command, text: command, values: [] }));
      return runNamed(this.#client, { name, text, values }, commands);
    }
    for (const command of before) await this.#client.query(command);
    return this.#sendAlone(text, values, name, isBrief);
  };

  /** Begins the transaction, or a part of it, with the next statement. */
  begin(command: string): void {
    this.#begun.push(command);
  }

  /** Ends what was begun last; nothing is to be done when there was no statement. */
  async end(command: string): Promise<void> {
    if (this.#begun.pop() === undefined) await this.#client.query(command);
  }
}
