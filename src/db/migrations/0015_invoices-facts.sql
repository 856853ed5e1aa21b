-- Custom SQL migration file
-- What was asked for and what became of it: only ever added to, and about things that are there.
create trigger append_only before update or delete or truncate on invoices
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on invoice_lines
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on invoice_steps
  for each statement execute function refuse_change();
--> statement-breakpoint
alter table invoices add constraint invoices_customer_fkey foreign key (customer) references customers (id);
--> statement-breakpoint
alter table invoice_lines add constraint invoice_lines_invoice_fkey foreign key (invoice) references invoices (number);
--> statement-breakpoint
alter table invoice_lines add constraint invoice_lines_receipt_fkey foreign key (receipt) references payments (receipt);
--> statement-breakpoint
alter table invoice_steps add constraint invoice_steps_invoice_fkey foreign key (invoice) references invoices (number);
