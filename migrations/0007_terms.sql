-- Messages from this id on have the present terms in messages_index, older ones those of the version before. While nothing
-- arrives, the writer replaces them, newest first (src/archive/sqlite/upgrade/). 0 = all have the present terms.
ALTER TABLE archive ADD COLUMN terms_from INTEGER NOT NULL DEFAULT 0;
UPDATE archive SET terms_from = (SELECT ifnull(max(id) + 1, 0) FROM messages);
