-- What nginx's cache has stored, from its files: no request is needed to read
-- one, or to see whether it is still the same. A file is written elsewhere and
-- gets its name when it is whole.
local ffi = require "ffi"
local settings = require "cirrus.settings"
local stored_file = require "cirrus.core.stored_file"


ffi.cdef [[
typedef struct {
  int64_t seconds;
  uint32_t nanoseconds;
  int32_t unused;
} cirrus_file_time;
typedef struct {
  uint32_t unused[8];
  uint64_t inode, unused_too[3];
  cirrus_file_time accessed, born, changed, modified;
  char rest[128];
} cirrus_file_status;
int statx(int folder, const char *path, int flags, unsigned int mask,
  cirrus_file_status *status);
]]


local C = ffi.C
local md5, md5_bin = ngx.md5, ngx.md5_bin
local open = io.open


local _M = {}


local CURRENT_FOLDER = -100
local MODIFIED_AND_INODE = 0x40 + 0x100
-- More than nginx takes for the head of what it stores.
local MAX_HEAD = 32768
local CACHE = settings.data .. "/cache/"


-- A system without it has no copies.
local has_statx = pcall(function() return C.statx end)
local status = ffi.new("cirrus_file_status")


-- What tells a file from one that took its place; nil when there is none.
local function identify(path)
  if not has_statx or
      C.statx(CURRENT_FOLDER, path, 0, MODIFIED_AND_INODE, status) ~= 0 then
    return nil
  end
  local modified = status.modified
  return tonumber(status.inode),
    tonumber(modified.seconds) + tonumber(modified.nanoseconds) * 1e-9
end


-- Whether what `find` found is what is stored.
function _M.is_same(file)
  local inode, modified = identify(file.path)
  return inode == file.inode and modified == file.modified
end


-- The hash has 32 digits; folders are as `levels` of proxy_cache_path says.
local function path_of(hash)
  return CACHE .. hash:sub(32) .. "/" .. hash:sub(30, 31) .. "/" .. hash
end


local function read(path, max)
  local file = open(path, "rb")
  if not file then
    return nil
  end
  local size = file:seek("end")
  local text
  if size and size <= max and file:seek("set") then
    text = file:read(size)
  end
  file:close()
  return text
end


-- Returns the file of a hash, its text and its variant; nil when it has nothing
-- of this key.
local function open_file(hash, key, max)
  local path = path_of(hash)
  -- First which, then what: one that takes its place is seen.
  local inode, modified = identify(path)
  local text = inode and read(path, max)
  local variant = text and stored_file.variant(text, key)
  if variant then
    return { path = path, inode = inode, modified = modified }, text, variant
  end
end


-- How nginx tells the variants of an object from each other that varies by
-- Accept-Encoding. The one that came first is stored under the key.
local function variant_of(key, encoding)
  return md5_bin(md5_bin(key) .. "accept-encoding:" ..
    encoding:gsub(" ", "") .. "\r\n")
end


local function to_hex(text)
  return (text:gsub(".", function(octet)
    return ("%02x"):format(octet:byte())
  end))
end


-- What is stored under a key for requests that accept an encoding (as
-- encodings.lua says it): the response (core/stored_file.lua) and its file. Nil
-- when there is none, it varies by something else or its body is larger than
-- `max_body`.
function _M.find(key, encoding, max_body)
  local max = max_body + MAX_HEAD
  local file, text, variant = open_file(md5(key), key, max)
  if variant and variant ~= "" then
    local wanted = variant_of(key, encoding)
    if variant ~= wanted then
      file, text, variant = open_file(to_hex(wanted), key, max)
    end
    if variant ~= wanted then
      return nil
    end
  end
  local response = file and stored_file.parse(text)
  if response and #response.body <= max_body then
    return response, file
  end
end


return _M
