/** A module with all that it imports, as the text of one script: see scripts/bundled.ts. */
declare module '*?bundled' {
  const code: string;
  export default code;
}
