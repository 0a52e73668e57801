-- Which accounts there are, for whoever owns the tables and for nobody who serves: an operator who looks for an id. The owner
-- could take row security down in any case.
CREATE POLICY owner_lists ON accounts FOR SELECT TO CURRENT_USER USING (true);
