-- Custom SQL migration file, put your code below! --
-- What is a fact is never edited: who tries is refused by the database itself.
create trigger host_facts_append_only before update or delete or truncate on host_facts for each statement execute function refuse_change();--> statement-breakpoint
create trigger plan_stages_append_only before update or delete or truncate on plan_stages for each statement execute function refuse_change();--> statement-breakpoint
create trigger payments_append_only before update or delete or truncate on payments for each statement execute function refuse_change();--> statement-breakpoint
create trigger acts_append_only before update or delete or truncate on acts for each statement execute function refuse_change();--> statement-breakpoint
create trigger entries_append_only before update or delete or truncate on entries for each statement execute function refuse_change();--> statement-breakpoint
create trigger postings_append_only before update or delete or truncate on postings for each statement execute function refuse_change();--> statement-breakpoint
-- A published plan version is the one that was published (clause 2-1.1).
create function refuse_published() returns trigger language plpgsql as $$
begin
	if old.published_at is not null then
		raise exception 'a published plan version cannot be changed' using errcode = 'HP002';
	end if;
	return new;
end $$;--> statement-breakpoint
create trigger plan_versions_immutable before update on plan_versions for each row execute function refuse_published();--> statement-breakpoint
-- Postings of an entry sum to zero per currency when the transaction ends.
create function refuse_unbalanced() returns trigger language plpgsql as $$
begin
	if exists (select 1 from postings where entry = new.entry group by currency having sum(amount) <> 0) then
		raise exception 'postings of entry % do not sum to zero', new.entry using errcode = 'HP003';
	end if;
	return null;
end $$;--> statement-breakpoint
create constraint trigger postings_balance after insert on postings deferrable initially deferred for each row execute function refuse_unbalanced();--> statement-breakpoint
alter table plan_stages add foreign key (plan, version) references plan_versions (plan, version);--> statement-breakpoint
alter table hosts add foreign key (plan, version) references plan_versions (plan, version);--> statement-breakpoint
alter table hosts add foreign key (customer) references customers (id);--> statement-breakpoint
alter table hosts add foreign key (plane) references planes (id);--> statement-breakpoint
alter table domains add foreign key (host) references hosts (id);--> statement-breakpoint
alter table ftp_accounts add foreign key (host) references hosts (id);--> statement-breakpoint
alter table host_facts add foreign key (host) references hosts (id);--> statement-breakpoint
alter table sales add foreign key (host) references hosts (id);--> statement-breakpoint
alter table payments add foreign key (sale) references sales (number);--> statement-breakpoint
alter table agreements add foreign key (host) references hosts (id);--> statement-breakpoint
alter table acts add foreign key (agreement) references agreements (number);--> statement-breakpoint
alter table causes add foreign key (host) references hosts (id);--> statement-breakpoint
alter table postings add foreign key (entry) references entries (id);--> statement-breakpoint
alter table statements add foreign key (agreement) references agreements (number);
