import { type ComponentType, Suspense, useEffect } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { ChatPage } from './chat/ChatPage';
import { HomePage } from './HomePage';
import { later, Unfetched } from './kit/later';
import { LocritsPage } from './locrits/LocritsPage';
import { NotFoundPage } from './NotFoundPage';
import { paths } from './paths';
import { useLocritName } from './route-params';
import { NarrowBar } from './shell/NarrowBar';
import { Shell } from './shell/Shell';

const createPage = () => import('./locrits/CreatePage');
const locritSettingsPage = () => import('./locrits/LocritSettingsPage');

const CreatePage = later(createPage, UnfetchedPage);
const LocritSettingsPage = later(locritSettingsPage, UnfetchedPage);
const SettingsPage = later(() => import('./settings/SettingsPage'), UnfetchedPage);
const ArtifactsPage = later(() => import('./artifacts/ArtifactsPage'), UnfetchedPage);
const ExplorerPage = later(() => import('./memory/ExplorerPage'), UnfetchedPage);
const TrashPage = later(() => import('./archive/TrashPage'), UnfetchedPage);
const ModelsPage = later(() => import('./models/ModelsPage'), UnfetchedPage);
const StoragePage = later(() => import('./archive/StoragePage'), UnfetchedPage);

export function Pages() {
  useWhereSomethingIsMade();
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<HomePage />} />
        <Route path="/my-locrits" element={<LocritsPage />} />
        <Route path="/create-locrit" element={<Later page={CreatePage} />} />
        <Route path="/my-locrits/:name/settings" element={<Later page={LocritSettingsPage} />} />
        <Route path="/my-locrits/:name/chat/:conversationId?" element={<ChatPage />} />
        <Route path="/chat/:name" element={<ShortAddress />} />
        <Route path="/my-locrits/:name/memory-explorer" element={<Later page={ExplorerPage} />} />
        <Route path="/my-locrits/:name/memory" element={<Later page={ExplorerPage} />} />
        <Route path="/my-locrits/:name/artifacts" element={<Later page={ArtifactsPage} />} />
        <Route path="/trash" element={<Later page={TrashPage} />} />
        <Route path="/models" element={<Later page={ModelsPage} />} />
        <Route path="/storage" element={<Later page={StoragePage} />} />
        <Route path="/settings" element={<Later page={SettingsPage} />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}

/** One page, one address: a conversation that begins there stays on its page. */
function ShortAddress() {
  return <Navigate replace to={paths.chat(useLocritName() ?? '')} />;
}

/** How long (ms) the page that was asked for has the network to itself. */
const SOON_MS = 2_000;

/** Locrits are made and changed without the server, too: the pages for it are here before anybody goes there. */
function useWhereSomethingIsMade() {
  useEffect(() => {
    const nextTime = () => undefined; // when somebody goes there
    const timer = setTimeout(() => Promise.all([createPage(), locritSettingsPage()]).catch(nextTime), SOON_MS);
    return () => clearTimeout(timer);
  }, []);
}

function UnfetchedPage() {
  return (
    <>
      <NarrowBar />
      <Unfetched />
    </>
  );
}

/** A page that is fetched when it is first gone to. */
function Later({ page: Page }: { page: ComponentType }) {
  return (
    <Suspense fallback={null}>
      <Page />
    </Suspense>
  );
}
