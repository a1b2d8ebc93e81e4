import { useFormat } from './format-date';

interface Props {
  moment: string;
  as: 'time' | 'brief' | 'dated' | 'full';
  className?: string;
}

/** A moment as short as its place can bear; the whole of it is its tooltip. */
export function Time({ moment, as, className }: Props) {
  const format = useFormat();
  return (
    <time dateTime={moment} title={format.full(moment)} className={className}>
      {format[as](moment)}
    </time>
  );
}
