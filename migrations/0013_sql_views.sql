-- Views for reading the archive with plain SQL, made of those of 0012_sql_events.sql: messages, and what is beside them.

-- What users wrote.
CREATE VIEW chat_messages AS
SELECT
  e.id,
  e.time,
  e.time_ms,
  e.sent_ms,
  e.channel,
  e.channel_id,
  e.user_id,
  e.login,
  e.display_name,
  e.kind,
  e.text,
  e.message_id,
  e.color,
  e.badges,
  e.badge_info,
  instr(';' || ifnull(e.flags, '') || ';', ';mod=1;') > 0 AS is_mod,
  instr(';' || ifnull(e.flags, '') || ';', ';subscriber=1;') > 0 AS is_subscriber,
  instr(';' || ifnull(e.flags, '') || ';', ';vip=1;') > 0 AS is_vip,
  instr(e.section, ';first-msg=1;') > 0 AS is_first,
  iif(instr(e.section, ';bits='), (
    SELECT CAST(nullif(t.value, '') AS INTEGER) FROM chat_tags AS t WHERE t.id = e.id AND t.tag = 'bits'
  ), NULL) AS bits,
  iif(instr(e.section, ';reply-parent-msg-id='), (
    SELECT nullif(t.value, '') FROM chat_tags AS t WHERE t.id = e.id AND t.tag = 'reply-parent-msg-id'
  ), NULL) AS reply_to,
  iif(instr(e.section, ';reply-parent-user-login='), (
    SELECT nullif(t.value, '') FROM chat_tags AS t WHERE t.id = e.id AND t.tag = 'reply-parent-user-login'
  ), NULL) AS reply_to_login,
  iif(instr(e.section, ';reply-parent-msg-body='), (
    SELECT nullif(t.value, '') FROM chat_tags AS t WHERE t.id = e.id AND t.tag = 'reply-parent-msg-body'
  ), NULL) AS reply_to_text,
  iif(instr(e.section, ';reply-thread-parent-msg-id='), (
    SELECT nullif(t.value, '') FROM chat_tags AS t WHERE t.id = e.id AND t.tag = 'reply-thread-parent-msg-id'
  ), NULL) AS thread_id,
  iif(instr(e.section, ';custom-reward-id='), (
    SELECT nullif(t.value, '') FROM chat_tags AS t WHERE t.id = e.id AND t.tag = 'custom-reward-id'
  ), NULL) AS reward_id,
  iif(instr(e.section, ';source-room-id='), (
    SELECT nullif(CAST(t.value AS INTEGER), 0) FROM chat_tags AS t WHERE t.id = e.id AND t.tag = 'source-room-id'
  ), NULL) AS source_twitch_id,
  iif(instr(e.section, ';source-id='), (
    SELECT nullif(t.value, '') FROM chat_tags AS t WHERE t.id = e.id AND t.tag = 'source-id'
  ), NULL) AS source_message_id,
  e.removed_by,
  (SELECT x.kind FROM chat_all AS x WHERE x.id = e.removed_by) AS removed_kind,
  (SELECT x.time FROM chat_all AS x WHERE x.id = e.removed_by) AS removed_time,
  e.source
FROM chat_all AS e
WHERE e.kind IN ('message', 'action');

-- Everything else that happened in a channel.
CREATE VIEW chat_events AS
SELECT
  e.id,
  e.time,
  e.time_ms,
  e.sent_ms,
  e.channel,
  e.channel_id,
  e.kind,
  iif(instr(e.section, ';msg-id='), (
    SELECT nullif(t.value, '') FROM chat_tags AS t WHERE t.id = e.id AND t.tag = 'msg-id'
  ), NULL) AS type,
  e.user_id,
  e.login,
  e.display_name,
  e.text,
  iif(instr(e.section, ';system-msg='), (
    SELECT nullif(t.value, '') FROM chat_tags AS t WHERE t.id = e.id AND t.tag = 'system-msg'
  ), NULL) AS sentence,
  e.message_id,
  iif(instr(e.section, ';ban-duration='), (
    SELECT CAST(nullif(t.value, '') AS INTEGER) FROM chat_tags AS t WHERE t.id = e.id AND t.tag = 'ban-duration'
  ), NULL) AS seconds,
  e.removed_by,
  e.source
FROM chat_all AS e
WHERE e.kind NOT IN ('message', 'action');

CREATE VIEW chat_users AS
SELECT
  u.id AS user_id,
  u.login,
  u.display_name,
  u.messages,
  strftime('%Y-%m-%dT%H:%M:%fZ', u.first_at / 1000.0, 'unixepoch') AS first_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', u.last_at / 1000.0, 'unixepoch') AS last_time,
  u.first_at AS first_ms,
  u.last_at AS last_ms,
  -- The term of the user's events in chat_search.
  '"' || char(57344) || iif(u.id < 0, 'un' || -u.id, 'u' || u.id) || '"' AS search
FROM users AS u;

-- Every login of a user. The last time of the present one is in `users`.
CREATE VIEW chat_user_names AS
SELECT
  n.user_id,
  n.login,
  strftime('%Y-%m-%dT%H:%M:%fZ', min(n.first_at) / 1000.0, 'unixepoch') AS first_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', iif(n.login = u.login, max(max(n.last_at), ifnull(u.last_at, 0)), max(n.last_at)) / 1000.0, 'unixepoch') AS last_time,
  min(n.first_at) AS first_ms,
  iif(n.login = u.login, max(max(n.last_at), ifnull(u.last_at, 0)), max(n.last_at)) AS last_ms,
  n.login = u.login AS is_present
FROM user_names AS n
JOIN users AS u ON u.id = n.user_id
GROUP BY n.user_id, n.login;

-- Counters, a few seconds old at most.
CREATE VIEW chat_user_channels AS
SELECT
  uc.user_id,
  u.login,
  u.display_name,
  c.login AS channel,
  uc.channel_id,
  uc.messages,
  strftime('%Y-%m-%dT%H:%M:%fZ', uc.last_at / 1000.0, 'unixepoch') AS last_time,
  uc.last_at AS last_ms
FROM user_channels AS uc
JOIN channels AS c ON c.id = uc.channel_id
JOIN users AS u ON u.id = uc.user_id;

-- The number of events of every minute that has any. Counters, a few seconds old at most.
CREATE VIEW chat_minutes AS
SELECT
  c.login AS channel,
  cm.channel_id,
  strftime('%Y-%m-%dT%H:%M:%fZ', (cm.minute * 60000) / 1000.0, 'unixepoch') AS time,
  cm.minute,
  cm.messages
FROM channels AS c
JOIN channel_minutes AS cm ON cm.channel_id = c.id;

CREATE VIEW chat_channels AS
SELECT
  c.id AS channel_id,
  c.login AS channel,
  c.twitch_id,
  c.enabled AS is_enabled,
  c.hidden AS is_hidden,
  c.messages,
  strftime('%Y-%m-%dT%H:%M:%fZ', c.created_at / 1000.0, 'unixepoch') AS added_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', c.first_at / 1000.0, 'unixepoch') AS first_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', c.last_at / 1000.0, 'unixepoch') AS last_time,
  c.created_at AS added_ms,
  c.first_at AS first_ms,
  c.last_at AS last_ms,
  r.days AS keep_days, r.messages AS keep_messages,
  -- The term of the channel's events in chat_search.
  '"' || char(57344) || 'c' || c.id || '"' AS search
FROM channels AS c
LEFT JOIN retention AS r ON r.channel_id = c.id
WHERE c.deleting = 0;

CREATE VIEW chat_channel_names AS
SELECT
  n.channel_id,
  c.login AS channel,
  n.login AS former_login,
  strftime('%Y-%m-%dT%H:%M:%fZ', n.until_at / 1000.0, 'unixepoch') AS until_time,
  n.until_at AS until_ms
FROM channel_logins AS n
JOIN channels AS c ON c.id = n.channel_id;

-- When channels were recorded. The interval without an end continues; `known_ms` is the last moment at which that is certain.
CREATE VIEW chat_coverage AS
SELECT
  c.login AS channel,
  l.channel_id,
  strftime('%Y-%m-%dT%H:%M:%fZ', l.started_at / 1000.0, 'unixepoch') AS start_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', l.ended_at / 1000.0, 'unixepoch') AS end_time,
  l.started_at AS start_ms,
  l.ended_at AS end_ms,
  ifnull(l.ended_at, max(l.started_at, (SELECT ifnull(listening_at, 0) FROM archive))) AS known_ms,
  l.end_reason
FROM listening AS l
JOIN channels AS c ON c.id = l.channel_id
WHERE l.ended_at IS NULL OR l.ended_at > l.started_at;

-- When channels were not recorded, since they were first. `filled_ms` of a gap came from a history service later.
CREATE VIEW chat_gaps AS
SELECT
  c.login AS channel,
  g.channel_id,
  strftime('%Y-%m-%dT%H:%M:%fZ', g.start_ms / 1000.0, 'unixepoch') AS start_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', g.end_ms / 1000.0, 'unixepoch') AS end_time,
  g.start_ms,
  g.end_ms,
  g.reason,
  g.reason = 'disabled' AS is_on_purpose,
  CASE
    WHEN g.filled_ms >= g.end_ms - g.start_ms THEN 'filled'
    WHEN g.fills > 0 THEN 'partly filled'
    ELSE 'missing'
  END AS state,
  g.filled_ms
FROM (
  SELECT
    i.channel_id,
    i.start_ms,
    i.end_ms,
    i.reason,
    (
      SELECT count(*)
      FROM fills AS f
      WHERE f.channel_id = i.channel_id AND f.from_at < ifnull(i.end_ms, 1e18) AND f.to_at > i.start_ms
    ) AS fills,
    (
      -- Fills may overlap: each counts from the end of those before it.
      SELECT ifnull(sum(max(0, min(f.to_at, ifnull(i.end_ms, f.to_at)) - max(f.from_at, i.start_ms, ifnull(f.before, 0)))), 0)
      FROM (
        SELECT
          from_at,
          to_at,
          max(to_at) OVER (ORDER BY from_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM fills
        WHERE channel_id = i.channel_id AND from_at < ifnull(i.end_ms, 1e18) AND to_at > i.start_ms
      ) AS f
    ) AS filled_ms
  FROM (
    SELECT
      channel_id,
      ended_at AS start_ms,
      lead(started_at) OVER (PARTITION BY channel_id ORDER BY started_at, id) AS end_ms,
      end_reason AS reason
    FROM listening
  ) AS i
  WHERE i.start_ms IS NOT NULL AND (i.end_ms IS NULL OR i.end_ms > i.start_ms)
) AS g
JOIN channels AS c ON c.id = g.channel_id;

-- Parts of gaps that a history service filled.
CREATE VIEW chat_fills AS
SELECT
  c.login AS channel,
  f.channel_id,
  strftime('%Y-%m-%dT%H:%M:%fZ', f.from_at / 1000.0, 'unixepoch') AS start_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', f.to_at / 1000.0, 'unixepoch') AS end_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', f.filled_at / 1000.0, 'unixepoch') AS filled_time,
  f.from_at AS start_ms,
  f.to_at AS end_ms,
  f.source,
  f.messages
FROM fills AS f
JOIN channels AS c ON c.id = f.channel_id;
