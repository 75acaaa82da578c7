-- RE2, whose matches take time in proportion to the text's length and to the
-- expression's size, whatever the two are (docs/decisions/0008).
local ffi = require "ffi"


-- As in re2.h of libre2.so.9, by the names that C++ gives to its members there.
-- RE2 itself is any room that is large enough.
ffi.cdef [[
typedef struct { uint64_t room[64]; } cirrus_re2;
typedef struct { const char *data; size_t size; } cirrus_re2_piece;
typedef struct {
  int encoding;
  bool posix_syntax, longest_match, log_errors;
  int64_t max_mem;
  bool literal, never_nl, dot_nl, never_capture, case_sensitive, perl_classes,
    word_boundary, one_line;
} cirrus_re2_options;
void cirrus_re2_set_options(cirrus_re2_options *options, int canned)
  asm("_ZN3re23RE27OptionsC1ENS0_13CannedOptionsE");
void cirrus_re2_construct(cirrus_re2 *re2, const cirrus_re2_piece *expression,
  const cirrus_re2_options *options)
  asm("_ZN3re23RE2C1ERKNS_11StringPieceERKNS0_7OptionsE");
void cirrus_re2_destruct(cirrus_re2 *re2) asm("_ZN3re23RE2D1Ev");
int cirrus_re2_program_size(const cirrus_re2 *re2)
  asm("_ZNK3re23RE211ProgramSizeEv");
bool cirrus_re2_match(const cirrus_re2 *re2, const cirrus_re2_piece *text,
  size_t from, size_t to, int anchor, cirrus_re2_piece *pieces, int count)
  asm("_ZNK3re23RE25MatchERKNS_11StringPieceEmmNS0_6AnchorEPS1_i");
]]


local _M = {}


local LATIN1, UNANCHORED = 1, 0
-- What one expression may take, most of it for states that it remembers: for
-- most, whose program has no more instructions than this, a little is enough.
local LITTLE, SMALL_PROGRAM = 65536, 200
local MUCH = 524288
-- The whole, and $1 to $9.
local GROUPS = 9


local has_library, library = pcall(ffi.load, "libre2.so.9")
if not has_library then
  error("libre2.so.9 is missing (Debian: apt-get install libre2-9)")
end
local options = ffi.new("cirrus_re2_options")
library.cirrus_re2_set_options(options, LATIN1)
options.log_errors = false
-- No path has a line feed, but one that was decoded as an origin might do it;
-- what guards "/private/.*" is then for that one, too.
options.dot_nl = true
local subject = ffi.new("cirrus_re2_piece")
local pieces = ffi.new("cirrus_re2_piece[?]", GROUPS + 1)


local function match(re2, text, count)
  subject.data, subject.size = text, #text
  local is_match = library.cirrus_re2_match(re2, subject, 0, #text, UNANCHORED,
    pieces, count)
  -- Not a tail call: compiled traces make up a second result of those.
  return is_match
end


-- Nil where there is no room for it, or the text is no regular expression.
local function construct(expression, max_mem, max_program)
  subject.data, subject.size = expression, #expression
  options.max_mem = max_mem
  local re2 = ffi.new("cirrus_re2")
  library.cirrus_re2_construct(re2, subject, options)
  local size = library.cirrus_re2_program_size(re2)
  if size >= 0 and size <= max_program then
    return re2
  end
  _M.free(re2)
  return nil
end


-- Returns what is to be freed when nobody needs it any more, and how much
-- memory it may take: the collector doesn't see that. Nil where the text is no
-- regular expression.
function _M.compile(expression)
  local re2 = construct(expression, LITTLE, SMALL_PROGRAM)
  if re2 then
    return re2, LITTLE
  end
  return construct(expression, MUCH, math.huge), MUCH
end


function _M.free(re2)
  library.cirrus_re2_destruct(re2)
end


-- Whether there is a match anywhere in the text.
function _M.finds(re2, text)
  return match(re2, text, 0)
end


-- The first match at 0 and its groups by number, false where one took no part;
-- nil without a match.
function _M.captures(re2, text)
  if not match(re2, text, GROUPS + 1) then
    return nil
  end
  local captures = {}
  for i = 0, GROUPS do
    local piece = pieces[i]
    captures[i] = piece.data ~= nil and ffi.string(piece.data, piece.size)
  end
  return captures
end


return _M
