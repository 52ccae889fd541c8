/** The element's styles, as a sheet of its own: a strict policy of the app forbids style elements and attributes. */
export function makeStyles(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
    :host([hidden]) { display: none; }
    :host([mode='unlock']) { display: contents; }
    iframe { display: block; inline-size: 100%; border: 0; color-scheme: light dark; }
    .stage { display: block; position: static; inset: auto; margin: 0; padding: 0; border: 0; inline-size: auto;
      block-size: auto; background: none; color: inherit; overflow: visible; }
    .box { position: relative; }
    /* Not by its visibility: the browser would not draw what is in the frame, and its height would stay unknown. */
    .stage.coming { position: absolute; inset-block-start: 0; inset-inline: 0; opacity: 0; pointer-events: none; }
    .stage.away { position: fixed; inset-block-start: 0; inset-inline-start: 0; inline-size: 1px; block-size: 1px; overflow: hidden; visibility: hidden; }
    /* Held at its top: a line that comes or goes in the frame must not move what someone is about to press. */
    .stage.modal { position: fixed; inset: 0; inline-size: 100%; block-size: 100%; max-inline-size: none;
      max-block-size: none; display: grid; place-items: start center; padding: max(16px, 14vh) 16px 16px; box-sizing: border-box;
      background: rgb(10 14 22 / 52%); overflow: auto; visibility: visible; }
    .stage.modal iframe { inline-size: min(440px, 100%); border-radius: 14px; box-shadow: 0 20px 50px rgb(0 0 0 / 30%);
      background: light-dark(#ffffff, #181c23); }
    .note { padding: 20px; border: 1px solid light-dark(#dfe2e8, #2c323d); border-radius: 12px;
      color: light-dark(#171a21, #eceef2); background: light-dark(#ffffff, #181c23); }
    .placeholder { box-sizing: border-box; }
    .placeholder p { font-weight: 600; }
    .note p { margin: 0 0 12px; }
    .note button { font: inherit; padding: 8px 14px; border-radius: 8px; border: 1px solid light-dark(#868e9c, #6d7687);
      color: inherit; background: none; cursor: pointer; }
    .note button:focus-visible { outline: 2px solid light-dark(#1f5fd1, #7fb0ff); outline-offset: 2px; }
    [hidden] { display: none !important; }
  `);
  return sheet;
}
