import { Navigate } from 'react-router';
import { useConnection, useLive } from './app-context';
import { LocritsPage } from './locrits/LocritsPage';
import { paths } from './paths';
import { useShell } from './shell/shell-context';

/** Where nothing was ever said one can begin at once, with the first of the Locrits; else all of them are here. */
export function HomePage() {
  const { listed } = useShell();
  const offline = useConnection().state === 'offline';
  const known = useLive(
    async (client) => ({
      first: (await client.locrits()).find(({ active }) => active),
      talked:
        (await client.conversations({})).length > 0 || (await client.conversations({ archived: true })).length > 0,
    }),
    [],
  );
  const certain = known?.talked || listed || offline;
  if (certain && known?.first && !known.talked) return <Navigate replace to={paths.chat(known.first.name)} />;
  return (
    <div className={certain ? 'h-full' : 'late h-full'}>
      <LocritsPage />
    </div>
  );
}
