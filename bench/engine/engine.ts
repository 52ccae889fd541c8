/** Where contenders run: Node or Chromium. Each has a process or a page of its own, and is asked one question after the other. */

/** Files are named as in the package that they come from, e.g. `argon2id/dist/simd.wasm`, or `build/wasm/deriver.wasm`. */
export type ReadFile = (name: string) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * What `answer.ts` of each kind of bench exports: makes the module of a contender answer questions.
 * @param argument what is known before the first question. Work that needs no more begins at once.
 */
export type Answering<Module, Question, Answer> = (
  module: Module,
  read: ReadFile,
  argument: string,
) => (question: Question) => Promise<Answer>;

export type Timed<Answer> = Answer & {
  /** Milliseconds from the question to the answer, as who asks has to wait. */
  readonly roundTripMs: number;
};

export interface Running<Question, Answer> {
  ask(question: Question): Promise<Timed<Answer>>;
  end(): Promise<void>;
}

/** A folder of this bench with an answer.ts and contenders/. */
export type Kind = 'kdf' | 'records';

export interface Engine {
  readonly name: 'chromium' | 'node';
  /** @param file the contender's module. Resolves as soon as it can be asked, which is before it has loaded. */
  start<Question, Answer>(kind: Kind, file: string, argument: string): Promise<Running<Question, Answer>>;
  close(): Promise<void>;
}
