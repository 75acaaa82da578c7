-- A snapshot has documents and no certificates. Those of its domains are read
-- beside the log, some at a time.
local certificates = require "cirrus.certificate_store"
local domain_store = require "cirrus.domain_store"
local memory = require "cirrus.memory"
local reread = require "cirrus.reread"


local _M = {}


-- Names whose certificates are still to be read, once it is known.
local missing


local function names_of_domains()
  local names = {}
  for name in pairs(domain_store.names()) do
    names[#names + 1] = name
  end
  return names
end


-- Reads some; those that change meanwhile are in the log. Returns true, or nil
-- and why not.
function _M.read(connection)
  if certificates.is_complete() then
    return true
  end
  missing = missing or names_of_domains()
  local page = {}
  while #page < reread.PAGE and #missing > 0 do
    page[#page + 1] = table.remove(missing)
  end
  local ok, err = reread.names(connection, page, { certificate = true })
  if not ok then
    missing = nil
    return nil, err
  end
  if #missing == 0 then
    missing = nil
    memory.all_certificates_read()
    ngx.log(ngx.NOTICE, "read the certificates of the snapshot's domains")
  end
  return true
end


return _M
