/** Shows one state of the panel: gallery.html?state=locked. For looking at and for checks; never shipped. */
import { mountPanel } from '../panel.tsx';
import { states } from './states.ts';

const query = new URLSearchParams(location.search);
const root = document.getElementById('vault');
const make = states[query.get('state') ?? 'empty'];
if (root !== null && make !== undefined) {
  const kind = query.get('view');
  const view =
    kind === 'unlock' || kind === 'allow'
      ? ({ kind, app: 'app.example.com', onDecline: () => undefined } as const)
      : ({ kind: 'panel' } as const);
  mountPanel(root, make(), view);
}
