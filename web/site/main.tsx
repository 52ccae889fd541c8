/** The vault's own site: the panel by itself, or in the frame of an app that may embed it. */
import { render } from 'preact';
import { awaitHandshake, serveApp, type FrameSide, type Handshake } from '../embed/frame-side.ts';
import type { EmbedView } from '../embed/protocol.ts';
import { mountPanel, type PanelView } from '../panel/panel.tsx';
import type { VaultService } from '../vault/api.ts';
import { Vault } from '../vault/vault.ts';
import { loadConfig } from './config.ts';
import { NotAllowed, Opening, Partitioned, SandboxNote } from './notices.tsx';
import { isPartitioned } from './partition.ts';

/** An app answers at once when the frame has loaded; who has not by then never will. */
const handshakeLimitMs = 8_000;

const framed = window.parent !== window;
const onlyUnlock = framed && new URLSearchParams(location.search).get('mode') === 'unlock';
const root = document.getElementById('vault');
document.documentElement.classList.toggle('framed', framed);
// In a frame, the app's page has a main landmark already.
if (!framed) root?.setAttribute('role', 'main');

const config = loadConfig();
// Listened for from the first moment: the app sends it when the frame has loaded, which may be before the configuration.
const handshake = framed ? awaitHandshake(config.then(({ apps }) => apps)) : null;

async function start(root: HTMLElement): Promise<void> {
  if (!onlyUnlock) render(<Opening />, root);
  if (handshake === null) {
    const { sandbox } = await config;
    mountPanel(root, await openVault(), { kind: 'panel' }, sandbox ? <SandboxNote /> : null);
    return;
  }
  const met = await Promise.race([handshake, after(handshakeLimitMs)]);
  if (met === null) {
    render(<NotAllowed />, root);
  } else {
    await startFramed(root, met);
  }
}

async function startFramed(root: HTMLElement, { port, app }: Handshake): Promise<void> {
  if (await isPartitioned()) {
    render(<Partitioned />, root);
    port.postMessage({ type: 'state', state: 'unavailable' });
    followHeight((height) => {
      port.postMessage({ type: 'size', height });
    });
    return;
  }
  const { sandbox } = await config;
  const vault = await openVault();
  const viewOf = (view: EmbedView): PanelView =>
    view === 'unlock'
      ? {
          kind: 'unlock',
          app: new URL(app).host,
          onDecline: () => {
            side.decline();
          },
        }
      : { kind: onlyUnlock ? 'none' : 'panel' };
  const panel = mountPanel(root, vault, viewOf('panel'), sandbox ? <SandboxNote /> : null);
  const side: FrameSide = serveApp(vault, port, (view) => {
    panel.show(viewOf(view));
  });
  followHeight((height) => {
    side.resize(height);
  });
}

function openVault(): Promise<VaultService> {
  return Vault.open();
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
