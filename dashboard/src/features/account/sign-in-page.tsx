import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { texts } from '../../texts.ts';
import { Entrance } from './entrance.tsx';
import { SignInForm } from './sign-in-form.tsx';

const t = texts.signIn;

/** Signs in, and goes where the reader wanted to. */
export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <Entrance title={t.title}>
      <SignInForm
        reason={next === undefined ? undefined : t.ended}
        onSignedIn={async () => {
          queries.clear();
          await navigate({ href: next ?? '/customers' });
        }}
      />
    </Entrance>
  );
}
