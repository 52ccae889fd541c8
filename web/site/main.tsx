/** The vault's own site: the panel by itself, or in the frame of an app that may embed it. */
import { framed, isApart, workers } from './start.ts';
import { render } from 'preact';
import { serveApp, serveNothing, type FrameSide } from '../embed/frame-side.ts';
import { awaitHandshake, type Handshake } from '../embed/handshake.ts';
import type { EmbedView } from '../embed/protocol.ts';
import { focusIn, mountPanel, type MountOptions, type PanelView } from '../panel/panel.tsx';
import { Vault } from '../vault/vault.ts';
import { loadConfig } from './config.ts';
import { endWithLock, lastLock, ranOut } from './ending.ts';
import { NoticeBoard, NoticedLines } from './noticed.tsx';
import { NotAllowed, Opening, Partitioned, SandboxNote } from './notices.tsx';

/** An app answers at once when the frame has loaded; who has not by then never will. */
const handshakeLimitMs = 8_000;
/** How long an app may take to remove the frame of a locked vault, before that replaces itself. */
const removalLimitMs = 500;

const onlyUnlock = framed && new URLSearchParams(location.search).get('mode') === 'unlock';
const root = document.getElementById('vault');
document.documentElement.classList.toggle('framed', framed);
// In a frame, the app's page has a main landmark already.
if (!framed) root?.setAttribute('role', 'main');

const config = loadConfig();
const board = new NoticeBoard();
/** Ends what the app around the frame may say; nothing until it may. */
let closeApp = (): void => undefined;
// Listened for from the first moment: the app sends it when the frame has loaded, which may be before the configuration.
const handshake = framed
  ? awaitHandshake(
      config.then(({ apps }) => apps),
      (what) => {
        if (what === 'flood') closeApp();
        board.add(what);
      },
    )
  : null;

async function start(root: HTMLElement): Promise<void> {
  if (!onlyUnlock) render(<Opening />, root);
  if (handshake === null) {
    const [options, vault] = await Promise.all([mountOptions(), Vault.open({ workers, reason: lastLock() })]);
    const panel = mountPanel(root, vault, { kind: 'panel' }, options);
    if (lastLock() !== null) focusIn(root, 'title');
    endWithLock(
      vault,
      () => {
        keepHeight();
        panel.show({ kind: 'ended' });
      },
      () => {
        location.reload();
      },
    );
    return;
  }
  const met = await Promise.race([handshake, after(handshakeLimitMs)]);
  if (met === null) {
    await isApart;
    workers.end();
    render(<NotAllowed />, root);
  } else {
    await startFramed(root, met);
  }
}

async function startFramed(root: HTMLElement, { port, app }: Handshake): Promise<void> {
  if (await isApart) {
    render(<Partitioned />, root);
    serveNothing(port);
    followHeight((height) => {
      port.postMessage({ type: 'size', height });
    });
    return;
  }
  const [options, vault] = await Promise.all([
    mountOptions(),
    Vault.open({ app, workers, reason: lastLock() }),
  ]);
  const viewOf = (view: EmbedView): PanelView =>
    view === 'panel'
      ? { kind: onlyUnlock ? 'none' : 'panel' }
      : {
          kind: view,
          app: new URL(app).host,
          onDecline: () => {
            side.decline();
          },
        };
  const banner = (
    <>
      <NoticedLines board={board} />
      {options.banner}
    </>
  );
  const panel = mountPanel(root, vault, viewOf('panel'), { ...options, banner });
  let shown: EmbedView = 'panel';
  const side: FrameSide = serveApp(vault, port, {
    show: (view) => {
      shown = view;
      panel.show(viewOf(view));
    },
    focus: (on) => {
      focusIn(root, on);
      // A frame that was out of the picture for a moment loses what had the focus in it when it is drawn again.
      requestAnimationFrame(() => {
        requestAnimationFrame(() => {
          focusIn(root, on);
        });
      });
    },
    notice: (what) => {
      board.add(what);
    },
  });
  // A page may have two elements that ask at once: the dialog that was covered, and lost what had the focus in it, is on top again.
  addEventListener('focus', () => {
    if (shown !== 'panel') focusIn(root, shown === 'unlock' ? 'password' : 'title');
  });
  closeApp = () => {
    side.close();
  };
  endWithLock(
    vault,
    () => {
      keepHeight();
      panel.show({ kind: onlyUnlock ? 'none' : 'ended' });
    },
    (reason) => {
      side.end(ranOut(reason));
      // An app that keeps the frame keeps nothing of this document.
      setTimeout(() => {
        location.reload();
      }, removalLimitMs);
    },
  );
  followHeight((height) => {
    side.resize(height);
  });
}

async function mountOptions(): Promise<MountOptions> {
  const { sandbox, plainFields } = await config;
  return { banner: sandbox ? <SandboxNote /> : null, plainFields };
}

/** What is drawn last is as tall as what was there before: nothing moves until the next document is drawn. */
function keepHeight(): void {
  document.body.style.minBlockSize = `${String(document.body.getBoundingClientRect().height)}px`;
}

function followHeight(tell: (height: number) => void): void {
  new ResizeObserver(() => {
    tell(document.body.getBoundingClientRect().height);
  }).observe(document.body);
}

function after(ms: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => {
      resolve(null);
    }, ms);
  });
}

if (root !== null) void start(root);
