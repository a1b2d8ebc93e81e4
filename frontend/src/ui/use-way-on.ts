import { type NavigateOptions, useNavigate } from 'react-router';

/** For what takes a while: called when it begins, gives the way on, which only leads who has gone nowhere else meanwhile. */
export function useWayOn() {
  const navigate = useNavigate();
  return () => {
    const { pathname } = window.location;
    return (to: string, options?: NavigateOptions) => {
      if (window.location.pathname === pathname) navigate(to, options);
    };
  };
}
