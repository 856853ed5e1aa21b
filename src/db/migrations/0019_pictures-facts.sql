-- Custom SQL migration file
-- A seal that was brought stays on record, also when another one follows or it is taken away.
create trigger append_only before update or delete or truncate on pictures
  for each statement execute function refuse_change();
