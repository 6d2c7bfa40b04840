/* library: what is called of expat and libyaml.  Most artifacts are JSON, so each is opened by the first file that needs it. */
#ifndef DX_READ_LIBRARY_H
#define DX_READ_LIBRARY_H

#include <expat.h>
#include <yaml.h>

#include "base/library.h"

#define DX_EXPAT_FUNCTIONS(USE) \
	USE(XML_ErrorString) USE(XML_GetCurrentByteCount) USE(XML_GetCurrentByteIndex) USE(XML_GetCurrentColumnNumber) \
	USE(XML_GetCurrentLineNumber) USE(XML_GetErrorCode) USE(XML_Parse) USE(XML_ParserCreate) USE(XML_ParserFree) \
	USE(XML_SetCharacterDataHandler) USE(XML_SetElementHandler) USE(XML_SetEntityDeclHandler) \
	USE(XML_SetStartDoctypeDeclHandler) USE(XML_SetUserData) USE(XML_StopParser)
#define DX_YAML_FUNCTIONS(USE) \
	USE(yaml_event_delete) USE(yaml_parser_delete) USE(yaml_parser_initialize) USE(yaml_parser_parse) \
	USE(yaml_parser_set_encoding) USE(yaml_parser_set_input_string)

struct dx_expat { DX_EXPAT_FUNCTIONS(DX_LIBRARY_MEMBER) };
struct dx_yaml { DX_YAML_FUNCTIONS(DX_LIBRARY_MEMBER) };

/* Opened at the first call, for the rest of the process.  NULL with the reason. */
const struct dx_expat	*dx_expat(const char **why);
const struct dx_yaml	*dx_yaml(const char **why);

#endif
