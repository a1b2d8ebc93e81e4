/** Markdown as it was written, where it cannot be drawn. */
export const Written = ({ text }: { text: string }) => (
  <div dir="auto" className="whitespace-pre-wrap">
    {text}
  </div>
);
