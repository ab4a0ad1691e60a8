/** The SQL that finds users by name or login, and reads their profiles. */

export const USER_COLUMNS = "id, login, display_name, messages, first_at, last_at";

/** The number of names that the index finds, up to a limit. */
export const CANDIDATE_COUNT = `
  SELECT count(*) AS n
  FROM (
    SELECT rowid
    FROM names_index
    WHERE names_index MATCH ?
    LIMIT ?
  )`;

/** The folded text must be at the beginning of the name (`:place` is 1), or anywhere in it (`:place` is 1000). */
const NAME_FITS = `
    names_index MATCH :expression
    AND (instr(n.login, :wanted) BETWEEN 1 AND :place OR instr(n.name, :wanted) BETWEEN 1 AND :place)`.trim();

export const CANDIDATE_USERS = `
  SELECT u.id, u.messages
  FROM names_index
  CROSS JOIN user_names AS n ON n.id = names_index.rowid
  CROSS JOIN users AS u ON u.id = n.user_id
  WHERE ${NAME_FITS}`;

/** The most active of the candidates. SQLite reads the index of `users` by messages, not the table. */
export const BUSIEST_CANDIDATES = `
  SELECT id, messages
  FROM users
  WHERE +id IN (
    SELECT n.user_id
    FROM names_index
    CROSS JOIN user_names AS n ON n.id = names_index.rowid
    WHERE ${NAME_FITS}
  )
  ORDER BY messages DESC
  LIMIT :limit`;

/**
 * The most active users with a fitting name, without the name index: scans users by activity. It compares the present
 * login first, and reads a user's other names only if that does not fit.
 */
export const MAX_ACTIVE = `
  SELECT ${USER_COLUMNS}
  FROM users AS u
  WHERE instr(u.login, :wanted) BETWEEN 1 AND :place
    OR EXISTS (
      SELECT 1
      FROM user_names AS n
      WHERE n.user_id = u.id
        AND (instr(n.login, :wanted) BETWEEN 1 AND :place OR instr(n.name, :wanted) BETWEEN 1 AND :place)
    )
  ORDER BY messages DESC
  LIMIT :limit`;

/** Users who have or had a folded display name. */
export const USERS_NAMED = `
  SELECT u.id, u.display_name, u.last_at
  FROM names_index
  CROSS JOIN user_names AS n ON n.id = names_index.rowid
  CROSS JOIN users AS u ON u.id = n.user_id
  WHERE names_index MATCH ? AND n.name = ?`;

/** The same without the name index: scans `user_names`. */
export const USERS_NAMED_SCANNED = `
  SELECT u.id, u.display_name, u.last_at
  FROM user_names AS n
  CROSS JOIN users AS u ON u.id = n.user_id
  WHERE n.name = ?`;

export const PRESENT_USERS = `
  SELECT ${USER_COLUMNS}
  FROM users
  WHERE login = ?`;

export const FORMER_USERS = `
  SELECT user_id, last_at
  FROM user_names
  WHERE login = ?`;

export const USER_NAMES = `
  SELECT login, first_at, last_at
  FROM user_names
  WHERE user_id = ?`;

export const USER_CHANNELS = `
  SELECT uc.channel_id, c.login, uc.messages
  FROM user_channels AS uc
  JOIN channels AS c ON c.id = uc.channel_id
  WHERE uc.user_id = ?`;

/** The colours of a user's 50 newest events, newest first. */
export const USER_COLORS = `
  SELECT a.color
  FROM messages_index
  CROSS JOIN messages AS m ON m.id = messages_index.rowid
  JOIN authors AS a ON a.id = m.author_id
  WHERE messages_index MATCH ?
  ORDER BY messages_index.rowid DESC
  LIMIT 50`;

/** The colour of the user's newest author row that has one. */
export const USER_COLOR = `
  SELECT color
  FROM authors
  WHERE user_id = ? AND color <> ''
  ORDER BY id DESC
  LIMIT 1`;
