export function SectionTitle({ children }: { children: string }) {
  return <h2 className="mb-3 font-semibold text-base">{children}</h2>;
}
