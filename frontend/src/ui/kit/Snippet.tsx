/** A passage in which matches stand between U+0002 and U+0003, as a search gives it. */
export function Snippet({ text }: { text: string }) {
  const [before, ...pieces] = text.replace(/\s+/g, ' ').split('\u0002');
  const places = pieces.map((piece, at) => ({ at, piece: piece.split('\u0003') }));
  return (
    <span dir="auto" className="[overflow-wrap:anywhere]">
      {before}
      {places.map(({ at, piece: [match, after] }) => (
        <span key={at}>
          <mark className="rounded-[3px] bg-accent-soft font-[600] text-ink">{match}</mark>
          {after}
        </span>
      ))}
    </span>
  );
}
