-- Views for reading the archive with plain SQL: docs/sql.md has their columns, and what is fast. They need SQLite 3.38 and
-- no function of ours. Times named `…_ms` are epoch milliseconds, others ISO 8601 in UTC. If the codec changes, a migration
-- has to drop and create the views that decode it.

-- Every event, with its columns decoded: what the other views are made of. `section` has the keys of all tags, between `;`.
CREATE VIEW chat_all AS
SELECT
  m.id,
  strftime('%Y-%m-%dT%H:%M:%fZ', (m.id / 64) / 1000.0, 'unixepoch') AS time,
  m.id / 64 AS time_ms,
  m.id / 64 - m.sent AS sent_ms,
  c.login AS channel,
  m.channel_id,
  CASE s.kind
    WHEN 0 THEN 'message' WHEN 1 THEN 'action' WHEN 2 THEN 'notice' WHEN 3 THEN 'timeout' WHEN 4 THEN 'ban'
    WHEN 5 THEN 'clear' WHEN 6 THEN 'deletion' WHEN 7 THEN 'server' WHEN 8 THEN 'state' WHEN 9 THEN 'raw'
  END AS kind,
  a.user_id,
  a.login,
  a.display_name,
  a.color,
  a.badges,
  a.badge_info,
  -- src/archive/sqlite/codec/author_flags.ts: a number in base 36, or the tags.
  CASE a.flags
    WHEN '0' THEN 'mod=0;subscriber=0;turbo=0;user-type='
    WHEN '1' THEN 'mod=0;subscriber=1;turbo=0;user-type='
    WHEN '2' THEN 'mod=1;subscriber=0;turbo=0;user-type=mod'
    WHEN '3' THEN 'mod=1;subscriber=1;turbo=0;user-type=mod'
    WHEN '4' THEN 'mod=0;subscriber=0;turbo=1;user-type='
    WHEN '5' THEN 'mod=0;subscriber=1;turbo=1;user-type='
    WHEN '6' THEN 'mod=0;subscriber=0;turbo=0;user-type=;vip=1'
    WHEN '7' THEN 'mod=0;subscriber=1;turbo=0;user-type=;vip=1'
    WHEN '8' THEN 'mod=0;subscriber=0;user-type='
    WHEN '9' THEN 'mod=0;subscriber=1;user-type='
    WHEN 'a' THEN 'mod=0;subscriber=0;user-type=;vip=0'
    WHEN 'b' THEN 'mod=0;subscriber=1;user-type=;vip=0'
    WHEN 'c' THEN 'mod=0;subscriber=0;user-type=;vip=1'
    WHEN 'd' THEN 'mod=0;subscriber=1;user-type=;vip=1'
    ELSE a.flags
  END AS flags,
  -- src/archive/sqlite/codec/repeated_texts.ts: the text, or the number of a text of its channel and month.
  iif(
    m.text < '',
    ifnull((SELECT x.text FROM texts AS x WHERE x.channel_id = m.channel_id AND x.month = m.id / 165888000000 AND x.n = m.text), ''),
    m.text
  ) AS text,
  -- src/archive/sqlite/codec/twitch_message_id.ts: text, 16 bytes of a UUID, or fewer bytes that were base64url.
  CASE
    WHEN typeof(m.uuid) <> 'blob' THEN m.uuid
    WHEN length(m.uuid) = 16 THEN lower(
      substr(hex(m.uuid), 1, 8) || '-' || substr(hex(m.uuid), 9, 4) || '-' || substr(hex(m.uuid), 13, 4) || '-' ||
      substr(hex(m.uuid), 17, 4) || '-' || substr(hex(m.uuid), 21)
    )
    ELSE (
      -- Three hexadecimal digits are two characters: the digits from `k`, of which one or two may be missing at the end.
      SELECT group_concat(
        substr('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', d.bits / 64 + 1, 1) ||
        iif(d.missing = 2, '', substr('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', d.bits % 64 + 1, 1)), ''
      )
      FROM (
        SELECT
          (instr('123456789ABCDEF', substr(hex(m.uuid), k.value, 1)) << 8) +
          iif(k.value + 1 > 2 * length(m.uuid), 0, instr('123456789ABCDEF', substr(hex(m.uuid), k.value + 1, 1)) << 4) +
          iif(k.value + 2 > 2 * length(m.uuid), 0, instr('123456789ABCDEF', substr(hex(m.uuid), k.value + 2, 1))) AS bits,
          max(0, k.value + 2 - 2 * length(m.uuid)) AS missing
        FROM json_each('[1,4,7,10,13,16,19,22,25,28]') AS k
        WHERE k.value <= 2 * length(m.uuid)
      ) AS d
    )
  END AS message_id,
  -- src/archive/sqlite/codec/pending_remover.ts: the writer has still to mark some messages of a timeout or ban.
  ifnull((SELECT x.removed_by FROM removals AS x WHERE x.message_id = m.id), (
    SELECT min(p.removed_by)
    FROM pending_removals AS p
    WHERE p.channel_id = m.channel_id AND p.user_id = a.user_id
      AND m.id >= p.from_id AND m.id < p.before_id AND s.kind IN (0, 1, 2)
  )) AS removed_by,
  (SELECT f.source FROM filled_messages AS fm JOIN fills AS f ON f.id = fm.fill_id WHERE fm.message_id = m.id) AS source,
  ';' || iif(s.template = char(1), m.tag_values, s.template) || ';' AS section
FROM channels AS c
JOIN messages AS m ON +m.channel_id = c.id
CROSS JOIN shapes AS s ON s.id = m.shape_id
LEFT JOIN authors AS a ON a.id = +m.author_id;

-- The tags of events that have no column of their own, unescaped. src/archive/sqlite/codec/tag_templates.ts: a tag of the
-- template ends with char(1) if its value is the next one of `tag_values`; the template char(1) means that all tags are there.
CREATE VIEW chat_tags AS
SELECT
  v.id,
  v.tag,
  iif(instr(v.value, '\') = 0, v.value,
    replace(replace(replace(replace(replace(replace(replace(replace(v.value,
      '\\', ';1'), '\:', ';2'), '\s', ' '), '\r', char(13)), '\n', char(10)), '\', ''), ';1', '\'), ';2', ';')
  ) AS value
FROM (
  SELECT
    r.id,
    r.tag,
    -- emotes.ts and emote_ranges.ts: char(2) and a number in base 36 is the id of an emote, char(3) and a number are the ranges
    -- of the word that begins there. Doubled, both mean themselves.
    iif(instr(r.raw, char(2)) = 0 AND instr(r.raw, char(3)) = 0, r.raw, (
      SELECT group_concat(
        iif(
          substr(i.head, 1, 1) = char(2) AND substr(i.head, 2, 1) <> char(2),
          'emotesv2_' || (
            SELECT lower(hex(e.hex))
            FROM emotes AS e
            WHERE e.id = (
              SELECT sum(
                (instr('0123456789abcdefghijklmnopqrstuvwxyz', substr(i.number, -1 - d.key, 1)) - 1) * d.value
              )
              FROM json_each('[1,36,1296,46656,1679616,60466176,2176782336]') AS d
              WHERE d.key < length(i.number)
            )
          ) || ltrim(substr(i.head, 2), '0123456789abcdefghijklmnopqrstuvwxyz'),
          replace(replace(i.head, char(2) || char(2), char(2)), char(3) || char(3), char(3))
        ) ||
        iif(i.start IS NULL, '', ':' || (
          WITH RECURSIVE words (at, rest) AS (
            SELECT i.start, substr(i.text, i.start + 1) || ' '
            UNION ALL
            SELECT at + instr(rest, ' '), substr(rest, instr(rest, ' ') + 1)
            FROM words
            WHERE instr(rest, ' ') < length(rest)
          )
          SELECT group_concat(w.at || '-' || (w.at + length(i.word) - 2), ',')
          FROM words AS w
          WHERE substr(w.rest, 1, length(i.word)) = i.word
        )),
        '/'
      )
      FROM (
        SELECT
          j.head,
          substr(j.head, 2, length(j.head) - 1 - length(ltrim(substr(j.head, 2), '0123456789abcdefghijklmnopqrstuvwxyz'))) AS number,
          j.start,
          j.text,
          substr(j.text || ' ', j.start + 1, instr(substr(j.text || ' ', j.start + 1), ' ')) AS word
        FROM (
          SELECT
            iif(item.value GLOB '*' || char(3) || '[0-9]*', substr(item.value, 1, instr(item.value, char(3)) - 1), item.value) AS head,
            iif(item.value GLOB '*' || char(3) || '[0-9]*', CAST(substr(item.value, instr(item.value, char(3)) + 1) AS INTEGER), NULL) AS start,
            iif(
              r.text < '',
              ifnull((SELECT x.text FROM texts AS x WHERE x.channel_id = r.channel_id AND x.month = r.id / 165888000000 AND x.n = r.text), ''),
              r.text
            ) AS text
          FROM json_each('[' || replace(json_quote(r.raw), '/', '","') || ']') AS item
        ) AS j
      ) AS i
    )) AS value
  FROM (
    SELECT
      m.id,
      m.channel_id,
      m.text,
      substr(p.value, 1, instr(p.value, '=') - 1) AS tag,
      iif(
        s.template <> char(1) AND substr(p.value, -1) = char(1),
        json_extract(
          '[' || replace(json_quote(m.tag_values), ';', '","') || ']',
          '$[' || (
            instr(';' || s.template, ';' || p.value) -
            length(replace(substr(';' || s.template, 1, instr(';' || s.template, ';' || p.value)), char(1), ''))
          ) || ']'
        ),
        substr(p.value, instr(p.value, '=') + 1)
      ) AS raw
    FROM messages AS m
    CROSS JOIN shapes AS s ON s.id = m.shape_id
    CROSS JOIN json_each(
      '[' || replace(json_quote(iif(s.template = char(1), m.tag_values, s.template)), ';', '","') || ']'
    ) AS p
    WHERE instr(p.value, '=') > 1 AND substr(p.value, 1, 1) NOT IN ('-', ':', '~')
  ) AS r
) AS v;

-- The Twitch emotes of messages and notices, with a row for each emote of a message.
CREATE VIEW chat_emotes AS
SELECT
  e.id,
  e.time,
  e.time_ms,
  e.channel,
  e.channel_id,
  e.user_id,
  e.login,
  substr(i.value, 1, instr(i.value, ':') - 1) AS emote_id,
  substr(
    e.text,
    CAST(substr(i.value, instr(i.value, ':') + 1) AS INTEGER) + 1,
    max(
      0,
      CAST(substr(i.value, instr(i.value, '-') + 1) AS INTEGER) - CAST(substr(i.value, instr(i.value, ':') + 1) AS INTEGER) + 1
    )
  ) AS emote,
  length(i.value) - length(replace(i.value, ',', '')) + 1 AS uses
FROM chat_all AS e
CROSS JOIN chat_tags AS t ON t.id = e.id
CROSS JOIN json_each('[' || replace(json_quote(t.value), '/', '","') || ']') AS i
WHERE instr(e.section, ';emotes=') AND NOT instr(e.section, ';emotes=;') AND t.tag = 'emotes' AND instr(i.value, ':') > 1;

-- What the index of words finds: `terms MATCH 'hello'`. It needs SQLite with FTS5.
CREATE VIEW chat_search AS
SELECT rowid AS id, messages_index AS terms
FROM messages_index;
