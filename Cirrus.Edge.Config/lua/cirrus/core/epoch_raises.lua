-- Purge epochs of one domain as their writer keeps them: what purges raise.
-- core/epochs.lua says which fields there are.
local epochs = require "cirrus.core.epochs"
local stream_id = require "cirrus.core.stream_id"


local _M = {}


local is_newer, newest = stream_id.is_newer, stream_id.newest
local is_soft = epochs.is_soft


_M.MAX_FIELDS = 4000
-- Of the fields' names together.
_M.MAX_BYTES = 262144


local FIELD = { prefix = "p:", url = "u:", host = "h:", tag = "t:" }
-- With how many fields there are, and how long their names are together.
function _M.state(fields)
  local state = { fields = {}, count = 0, size = 0 }
  for field, id in pairs(fields) do
    state.fields[field] = id
    state.count, state.size = state.count + 1, state.size + #field
  end
  return state
end


local function set(state, field, id)
  local known = state.fields[field]
  if not known then
    state.count, state.size = state.count + 1, state.size + #field
  end
  state.fields[field] = newest(known, id)
end


-- Forgetting single epochs is safe when the newest of them counts for all.
local function fold(state)
  local hard, soft
  for field, id in pairs(state.fields) do
    if is_soft(field) then
      soft = newest(soft, id)
    else
      hard = newest(hard, id)
    end
  end
  return _M.state({ ["*"] = hard, ["s*"] = soft })
end


-- What a purge of everything makes superfluous: a hard one all that is older,
-- a soft one what is soft and older.
local function without_older(state, field, id)
  local kept = {}
  for name, epoch in pairs(state.fields) do
    if name == field or is_newer(epoch, id) or
        (field == "s*" and not is_soft(name)) then
      kept[name] = epoch
    end
  end
  return _M.state(kept)
end


-- The fields that a purge {kind = …, values = {…}, soft = …} raises. One that
-- is not understood counts as everything.
local function fields_of(purge)
  local soft = purge.soft == true and "s" or ""
  local kind = FIELD[purge.kind]
  if not kind or type(purge.values) ~= "table" then
    return { (purge.kind == "everything" and soft or "") .. "*" }
  end
  local fields = {}
  for i, value in ipairs(purge.values) do
    fields[i] = soft .. kind .. tostring(value)
  end
  return fields
end


-- Raises what purges say, in the order given; each has the `id` of its change.
-- Returns the new state, and what was raised, field by field; or the state and
-- nil when epochs were folded, so that all is to be read anew.
function _M.raise(state, purges)
  local raised = {}
  for _, purge in ipairs(purges) do
    for _, field in ipairs(fields_of(purge)) do
      set(state, field, purge.id)
      if raised then
        raised[field] = newest(raised[field], purge.id)
      end
      if field == "*" or field == "s*" then
        state = without_older(state, field, purge.id)
      end
    end
    if state.count > _M.MAX_FIELDS or state.size > _M.MAX_BYTES then
      state = fold(state)
      raised = nil
    end
  end
  return state, raised
end


return _M
