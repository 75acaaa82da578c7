-- Which country an address is in, by a MaxMind database that the operator
-- brings (CIRRUS_EDGE_COUNTRY_DATABASE), read by libmaxminddb.
local ffi = require "ffi"
local settings = require "cirrus.settings"


-- As in maxminddb.h, except that MMDB_s is any room that is large enough and
-- that of the value's union only the text is named.
ffi.cdef [[
typedef struct { char room[1024]; } cirrus_mmdb;
typedef struct { const void *mmdb; uint32_t offset; } cirrus_mmdb_entry;
typedef struct {
  bool found_entry;
  cirrus_mmdb_entry entry;
  uint16_t netmask;
} cirrus_mmdb_result;
typedef struct {
  bool has_data;
  union {
    const char *text;
    uint8_t room[16];
  } value __attribute__((aligned(16)));
  uint32_t offset;
  uint32_t offset_to_next;
  uint32_t size;
  uint32_t type;
} cirrus_mmdb_data;
int MMDB_open(const char *path, uint32_t flags, cirrus_mmdb *mmdb);
void MMDB_close(cirrus_mmdb *mmdb);
const char *MMDB_strerror(int error);
cirrus_mmdb_result MMDB_lookup_string(const cirrus_mmdb *mmdb,
  const char *address, int *resolution_error, int *error);
int MMDB_aget_value(cirrus_mmdb_entry *entry, cirrus_mmdb_data *data,
  const char *const *path);
]]


local log, ERR, NOTICE = ngx.log, ngx.ERR, ngx.NOTICE


local _M = {}


-- The file may be replaced at any time; it is looked at so often (seconds).
local INTERVAL = 5
-- The end of the file has its metadata, with the time it was built.
local END = 4096
local MEGABYTE = 1048576
-- The library maps a file into memory, and who writes over a mapped file kills
-- who reads it. So what is mapped is a copy, the same for all workers.
local COPY = settings.data .. "/run/countries."
local TEXT = 2


local path = settings.country_database
local library, database, identity, copied
local errors = ffi.new("int[2]")
local data = ffi.new("cirrus_mmdb_data")
-- C has pointers to the strings, which must stay.
local NAMES = {
  { "country", "iso_code" }, { "registered_country", "iso_code" },
}
local PATHS = {}
for i, names in ipairs(NAMES) do
  PATHS[i] = ffi.new("const char *[3]", names)
end


-- Changes with the file; nil and why not.
local function identify()
  local file, err = io.open(path, "rb")
  if not file then
    return nil, err
  end
  local size = file:seek("end")
  file:seek("set", math.max(0, size - END))
  local tail = file:read("*a")
  file:close()
  return ngx.md5(size .. " " .. (tail or ""))
end


local function exists(name)
  local file = io.open(name, "rb")
  return file and file:close()
end


local function copy(name)
  local temporary = name .. "." .. ngx.worker.pid()
  local from, err = io.open(path, "rb")
  if not from then
    return nil, err
  end
  local to
  to, err = io.open(temporary, "wb")
  local ok = to ~= nil
  while ok do
    local part = from:read(MEGABYTE)
    if not part then
      break
    end
    ok, err = to:write(part)
  end
  from:close()
  if to and not to:close() or not ok then
    os.remove(temporary)
    return nil, err or "no room for a copy"
  end
  return os.rename(temporary, name)
end


local function open(name)
  if not library then
    local ok, loaded = pcall(ffi.load, "libmaxminddb.so.0")
    if not ok then
      return nil, "libmaxminddb.so.0 is missing"
    end
    library = loaded
  end
  local opened = ffi.new("cirrus_mmdb")
  local code = library.MMDB_open(name, 0, opened)
  if code ~= 0 then
    return nil, ffi.string(library.MMDB_strerror(code))
  end
  return ffi.gc(opened, library.MMDB_close)
end


local function open_copy(found)
  local name = COPY .. found
  if not exists(name) then
    local ok, err = copy(name)
    if not ok then
      return nil, err
    end
    -- Half of it, while it is being written.
    if identify() ~= found then
      os.remove(name)
      return nil, "it is changing"
    end
  end
  local opened, err = open(name)
  if copied and copied ~= name or not opened then
    os.remove(opened and copied or name)
  end
  copied = opened and name or copied
  return opened, err
end


-- What can't be read leaves the database there was.
local function load()
  local found, err = identify()
  if found == identity and found then
    return
  end
  local opened
  if found then
    opened, err = open_copy(found)
  end
  identity = found
  if opened then
    database = opened
    log(NOTICE, "countries are told by ", path)
  elseif err ~= _M.problem then
    log(ERR, "countries can't be told by ", path, ": ", err)
  end
  _M.problem = not opened and err or nil
end


-- In each worker.
function _M.start()
  if path then
    load()
    assert(ngx.timer.every(INTERVAL, load))
  end
end


function _M.is_available()
  return database ~= nil
end


-- The code of ISO 3166-1, or nil when the database does not have the address.
function _M.of(address)
  local result = library.MMDB_lookup_string(database, address, errors,
    errors + 1)
  if errors[0] ~= 0 or errors[1] ~= 0 or not result.found_entry then
    return nil
  end
  for i = 1, #NAMES do
    if library.MMDB_aget_value(result.entry, data, PATHS[i]) == 0 and
        data.has_data and data.type == TEXT then
      return ffi.string(data.value.text, data.size)
    end
  end
  return nil
end


return _M
