-- Custom SQL migration file
-- What people did about drafts, and the limits that held: only ever added to.
create trigger append_only before update or delete or truncate on approvals
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on limits
  for each statement execute function refuse_change();
--> statement-breakpoint
alter table approvals add constraint approvals_statement_fkey
  foreign key (agreement, month, revision) references statements (agreement, month, revision);
