import { useText } from '../text/text';
import { EmptyState } from './states';

/** Where a list would be that this browser has no room for. */
export function NotKept() {
  const { unkept: t } = useText();
  return <EmptyState title={t.title} text={t.text} />;
}
