-- Answers of the edge itself: short, plain, saying whose answer it is.
local _M = {}


local REASONS = {
  [301] = "This domain is served by HTTPS.",
  [308] = "This domain is served by HTTPS.",
  [400] = "The request is malformed.",
  [403] = "This address may not ask here.",
  [404] = "No such domain on this CDN.",
  [408] = "The request took too long to arrive.",
  [412] = "The object is not as the request requires it.",
  [413] = "The request is too large.",
  [414] = "The request's URI is too long.",
  [416] = "The object has no such range.",
  [421] = "The connection's certificate is not for this host.",
  [429] = "Too many requests.",
  [431] = "The request's header fields are too large.",
  [494] = "The request's header fields are too large.",
  [500] = "The edge failed to answer.",
  [502] = "No origin of this domain could be reached.",
  [503] = "The edge can't answer yet.",
  [504] = "No origin of this domain answered in time.",
  [508] = "The request came back to the node that sent it.",
}


-- Ends the request with this status; `reason` defaults to the status's own. A
-- domain may have a page instead, as a body and its type.
function _M.reply(status, reason, page, content_type)
  ngx.status = status
  local text = page or ("Cirrus edge: %d. %s\n"):format(status,
    reason or REASONS[status] or "The request can't be answered.")
  ngx.header["Server"] = "Cirrus"
  ngx.header["Content-Type"] = page and content_type or
    "text/plain; charset=utf-8"
  ngx.header["Content-Length"] = #text
  ngx.header["Cache-Control"] = "no-store"
  if status == 503 and not ngx.header["Retry-After"] then
    ngx.header["Retry-After"] = "1"
  end
  ngx.print(text)
  return ngx.exit(status)
end


-- The body of an error that nginx found, in place of an answer that it may have
-- had. Its 404 is for the path that leads here.
function _M.page()
  ngx.ctx.is_page = true
  return _M.reply(ngx.status, ngx.status == 404 and
    "This path is the edge's own." or nil)
end


return _M
