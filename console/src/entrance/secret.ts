import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';

/** What stands after the # of a mailed or printed link. It is read once, and taken out of the address and its history. */
export function useSecret(): string {
  const { hash } = useLocation();
  const [secret] = useState(() => {
    const given = window.location.hash.slice(1) || hash;
    if (given !== '') {
      const { pathname, search } = window.location;
      window.history.replaceState(window.history.state, '', `${pathname}${search}`);
    }
    return decodeURIComponent(given);
  });
  return secret;
}
