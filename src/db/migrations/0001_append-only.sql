-- Custom SQL migration file
-- What may only grow: a row once written is neither changed nor removed, by whatever program.
-- Further tables use the same function: create trigger … execute function refuse_change();
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'HP001';
end $$;
--> statement-breakpoint
create trigger append_only before update or delete or truncate on evidence_leaves
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on evidence_digests
  for each statement execute function refuse_change();
