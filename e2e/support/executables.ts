/** The browsers that Debian has. */

/** As people use it, with a window that is not shown. */
export const stockChromium = '/usr/bin/chromium';

/** The same engine without the browser around it, whose pages are as the other's and cost a third less. */
export const chromiumShell = '/usr/bin/chromium-headless-shell';
