CREATE INDEX "agreements_by_customer" ON "agreements" USING btree ("customer","number");--> statement-breakpoint
CREATE INDEX "hosts_by_customer" ON "hosts" USING btree ("customer","id");