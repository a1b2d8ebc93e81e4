import { Navigate } from 'react-router';
import { useConnection, useLive } from './app-context';
import { LocritsPage } from './locrits/LocritsPage';
import { paths } from './paths';
import { useShell } from './shell/shell-context';

/** Where nothing was ever said one can begin at once, with the first of the Locrits; else all of them are here. */
export function HomePage() {
  const { listed } = useShell();
  const offline = useConnection().state === 'offline';
  const known = useLive(async (client) => {
    const locrits = await client.locrits();
    const here = [
      ...(await client.conversations({ limit: 1 })),
      ...(await client.conversations({ archived: true, limit: 1 })),
    ];
    const talked = here.length > 0 || locrits.some(({ conversation_count }) => conversation_count > 0);
    return { first: locrits.find(({ active }) => active), talked };
  }, []);
  const certain = known?.talked || listed || offline;
  if (certain && known?.first && !known.talked) return <Navigate replace to={paths.chat(known.first.name)} />;
  return (
    <div className={certain ? 'h-full' : 'late h-full'}>
      <LocritsPage />
    </div>
  );
}
