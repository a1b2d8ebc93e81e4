import 'fake-indexeddb/auto';
import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);

// A machine that does other work at the same time is slow, not wrong.
configure({ asyncUtilTimeout: 15_000 });
