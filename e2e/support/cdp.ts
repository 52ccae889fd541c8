/**
 * A client of Chromium's debugging protocol that follows every target: pages, frames in processes of their own, and workers.
 * Playwright's own session hides the sessions below it, so this one speaks to the browser's socket directly.
 */
import { z } from 'zod';

const targetInfo = z.object({ targetId: z.string(), type: z.string(), url: z.string() });
export type TargetInfo = z.infer<typeof targetInfo>;

const frameOf = z.object({
  id: z.number().optional(),
  sessionId: z.string().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

type Listener = (event: { method: string; params: unknown; session: string }) => void;

/** One attached target. It stays listed until Chromium says that it is gone. */
export class Target {
  readonly info: TargetInfo;
  readonly #send: (method: string, params?: object) => Promise<unknown>;

  constructor(info: TargetInfo, send: (method: string, params?: object) => Promise<unknown>) {
    this.info = info;
    this.#send = send;
  }

  send(method: string, params: object = {}): Promise<unknown> {
    return this.#send(method, params);
  }
}

export class Cdp {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #listeners = new Set<Listener>();
  readonly #targets = new Map<string, Target>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', (event) => {
      this.#receive(String(event.data));
    });
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values())
        reject(new Error('the browser closed the debugging socket'));
      this.#waiting.clear();
    });
  }

  /** Attaches to every target that the browser has and will have. */
  static async connect(port: number): Promise<Cdp> {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/json/version`);
    const { webSocketDebuggerUrl } = z
      .object({ webSocketDebuggerUrl: z.string() })
      .parse(await answer.json());
    const socket = new WebSocket(webSocketDebuggerUrl);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => {
        resolve();
      });
      socket.addEventListener('error', () => {
        reject(new Error('no debugging socket'));
      });
    });
    const cdp = new Cdp(socket);
    await cdp.#follow('');
    return cdp;
  }

  targets(type?: string): Target[] {
    return [...this.#targets.values()].filter((target) => type === undefined || target.info.type === type);
  }

  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The next event of a name, from any target. Call before causing it. */
  next(
    method: string,
    accept: (target: Target) => boolean = () => true,
  ): Promise<{ params: unknown; target: Target }> {
    return new Promise((resolve) => {
      const off = this.on((event) => {
        const target = this.#targets.get(event.session);
        if (event.method !== method || !target || !accept(target)) return;
        off();
        resolve({ params: event.params, target });
      });
    });
  }

  /** Sends to every target of a type, now and as each appears. */
  async onEach(type: string, method: string, params: object = {}): Promise<void> {
    this.#listeners.add((event) => {
      if (event.method !== 'Target.attachedToTarget') return;
      const { sessionId } = z.object({ sessionId: z.string() }).parse(event.params);
      const target = this.#targets.get(sessionId);
      if (target?.info.type === type) void target.send(method, params).catch(() => undefined);
    });
    await Promise.all(this.targets(type).map((target) => target.send(method, params)));
  }

  close(): void {
    this.#socket.close();
  }

  #send(session: string, method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#last;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    this.#socket.send(
      JSON.stringify({ id, method, params, ...(session === '' ? {} : { sessionId: session }) }),
    );
    return answer;
  }

  async #follow(session: string): Promise<void> {
    await this.#send(session, 'Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: false,
      flatten: true,
    });
  }

  #receive(text: string): void {
    const frame = frameOf.parse(JSON.parse(text));
    if (frame.id !== undefined) {
      const waiting = this.#waiting.get(frame.id);
      this.#waiting.delete(frame.id);
      if (frame.error) waiting?.reject(new Error(frame.error.message));
      else waiting?.resolve(frame.result);
      return;
    }
    if (frame.method === 'Target.attachedToTarget') {
      const attached = z.object({ sessionId: z.string(), targetInfo }).parse(frame.params);
      const send = (method: string, params?: object): Promise<unknown> =>
        this.#send(attached.sessionId, method, params);
      this.#targets.set(attached.sessionId, new Target(attached.targetInfo, send));
      this.#follow(attached.sessionId).catch(() => undefined);
    } else if (frame.method === 'Target.detachedFromTarget') {
      const { sessionId } = z.object({ sessionId: z.string() }).parse(frame.params);
      this.#targets.delete(sessionId);
    }
    const event = { method: frame.method ?? '', params: frame.params, session: frame.sessionId ?? '' };
    for (const listener of this.#listeners) listener(event);
  }
}
