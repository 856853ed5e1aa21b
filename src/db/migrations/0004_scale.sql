CREATE TABLE "dues" (
	"agreement" text PRIMARY KEY NOT NULL,
	"month" text NOT NULL,
	"due" bigint NOT NULL
);
--> statement-breakpoint
-- Already packed by us: PostgreSQL need not try again.
ALTER TABLE "statements" ALTER COLUMN "case_text" SET DATA TYPE bytea USING convert_to("case_text", 'UTF8'), ALTER COLUMN "case_text" SET STORAGE EXTERNAL;--> statement-breakpoint
CREATE INDEX "dues_by_time" ON "dues" USING btree ("due");--> statement-breakpoint
CREATE INDEX "payments_by_sale" ON "payments" USING btree ("sale");--> statement-breakpoint
CREATE INDEX "sales_by_host" ON "sales" USING btree ("host");--> statement-breakpoint
CREATE INDEX "domains_by_host" ON "domains" USING btree ("host");--> statement-breakpoint
CREATE INDEX "ftp_accounts_by_host" ON "ftp_accounts" USING btree ("host");--> statement-breakpoint
CREATE INDEX "host_facts_by_host" ON "host_facts" USING btree ("host","at");--> statement-breakpoint
CREATE INDEX "hosts_by_revision" ON "hosts" USING btree ("revision");--> statement-breakpoint
CREATE INDEX "misses_by_vantage" ON "misses" USING btree ("vantage","at");--> statement-breakpoint
CREATE INDEX "outages_open" ON "outages" USING btree ("host","check") WHERE "outages"."to" is null;--> statement-breakpoint
CREATE INDEX "receipts_by_end" ON "receipts" USING btree ("last_round");