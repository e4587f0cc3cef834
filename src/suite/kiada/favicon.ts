/** Kiada's sign for the browser's tab. */
export const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#326ce5"/>' +
  '<path d="M5 3v10M11 3 5 8l6 5" fill="none" stroke="#fff" stroke-width="2"/></svg>';
