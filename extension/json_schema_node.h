/*
 * json_schema_node.h
 *		A schema as it is evaluated: nodes with rules, references resolved.
 *
 * Made once by json_schema_compile, only read afterwards.  Everything lies in one
 * memory context, keys and constants in the copy of the document there.
 */
#ifndef MCP_JSON_SCHEMA_NODE_H
#define MCP_JSON_SCHEMA_NODE_H

#include "utils/jsonb.h"

#include "json_path.h"
#include "json_schema_format.h"
#include "json_schema_pattern.h"

/* Types of an instance, as bits.  Which number is an integer is asked late. */
#define TYPE_NULL 0x01
#define TYPE_BOOLEAN 0x02
#define TYPE_INTEGER 0x04
#define TYPE_NUMBER 0x08
#define TYPE_STRING 0x10
#define TYPE_ARRAY 0x20
#define TYPE_OBJECT 0x40
#define TYPE_ANY 0x7F

/*
 * What a node can ask of an instance, in the order of asking: first what is
 * cheap, last what depends on what all others have evaluated.
 */
typedef enum RuleKind
{
	RULE_FALSE, /* the schema "false", or one that means the same */
	RULE_TYPE,
	RULE_CONST,
	RULE_ENUM,
	RULE_MINIMUM,
	RULE_EXCLUSIVE_MINIMUM,
	RULE_MAXIMUM,
	RULE_EXCLUSIVE_MAXIMUM,
	RULE_MULTIPLE_OF,
	RULE_MIN_LENGTH,
	RULE_MAX_LENGTH,
	RULE_PATTERN,
	RULE_FORMAT,
	RULE_MIN_ITEMS,
	RULE_MAX_ITEMS,
	RULE_UNIQUE_ITEMS,
	RULE_MIN_PROPERTIES,
	RULE_MAX_PROPERTIES,
	RULE_REQUIRED,
	RULE_DEPENDENT_REQUIRED,
	RULE_REF,
	RULE_DYNAMIC_REF,
	RULE_PROPERTIES, /* with patternProperties and additionalProperties */
	RULE_PROPERTY_NAMES,
	RULE_DEPENDENT_SCHEMAS,
	RULE_DEPENDENCIES, /* of older drafts: either of the two above */
	RULE_ITEMS,        /* with prefixItems */
	RULE_CONTAINS,     /* with minContains and maxContains */
	RULE_ALL_OF,
	RULE_ANY_OF,
	RULE_ONE_OF,
	RULE_NOT,
	RULE_CONDITION, /* if, then, else */
	RULE_UNEVALUATED_ITEMS,
	RULE_UNEVALUATED_PROPERTIES,
	RULE_KINDS /* how many there are */
} RuleKind;

typedef struct SchemaNode SchemaNode;

typedef struct SchemaName
{
	const char *text;
	int length;
} SchemaName;

/* Names in jsonb's order of keys, so that one walk compares two lists. */
typedef struct SchemaNames
{
	int count;
	SchemaName *names;
} SchemaNames;

typedef struct SchemaNodes
{
	int count;
	SchemaNode **nodes;
} SchemaNodes;

typedef struct SchemaProperty
{
	SchemaName name;
	SchemaNode *node;
} SchemaProperty;

typedef struct SchemaPatternProperty
{
	JsonSchemaPattern *pattern;
	SchemaNode *node;
} SchemaPatternProperty;

typedef struct SchemaProperties
{
	int count;
	SchemaProperty *properties; /* in jsonb's order of keys */
	int pattern_count;
	SchemaPatternProperty *patterns;
	SchemaNode *additional; /* or NULL */
} SchemaProperties;

/* Where the property is present, these must be, or this must match. */
typedef struct SchemaDependency
{
	SchemaName name;
	SchemaNames required;
	SchemaNode *node; /* or NULL */
} SchemaDependency;

typedef struct SchemaDependencies
{
	int count;
	SchemaDependency *dependencies;
} SchemaDependencies;

typedef struct SchemaItems
{
	SchemaNodes prefix;
	SchemaNode *rest; /* or NULL */
} SchemaItems;

typedef struct SchemaContains
{
	SchemaNode *node; /* NULL: the rule asks nothing */
	int64 least;
	int64 most;
} SchemaContains;

typedef struct SchemaCondition
{
	SchemaNode *condition; /* NULL: the rule asks nothing */
	SchemaNode *consequence;
	SchemaNode *alternative;
} SchemaCondition;

typedef struct SchemaReference
{
	const char *text; /* as it stands in the schema */
	SchemaNode *target;
	const char *dynamic_anchor; /* NULL: always the target */
} SchemaReference;

typedef struct SchemaFormat
{
	const JsonSchemaFormat *format;
	bool is_asserted; /* by the vocabulary, whatever the caller asks for */
} SchemaFormat;

typedef struct SchemaConstants
{
	int count;
	JsonbValue *values;
} SchemaConstants;

typedef struct SchemaRule
{
	RuleKind kind;
	union
	{
		int types;                 /* TYPE */
		Numeric number;            /* MINIMUM ... MULTIPLE_OF */
		int64 count;               /* MIN_... and MAX_... */
		SchemaConstants constants; /* CONST (one of them), ENUM */
		JsonSchemaPattern *pattern;
		SchemaFormat format;
		SchemaNames names; /* REQUIRED */
		SchemaDependencies dependencies;
		SchemaReference *reference; /* REF, DYNAMIC_REF */
		SchemaProperties *properties;
		SchemaItems items;
		SchemaContains contains;
		SchemaNodes nodes; /* ALL_OF, ANY_OF, ONE_OF */
		SchemaNode *node;  /* NOT, PROPERTY_NAMES, UNEVALUATED_... */
		SchemaCondition condition;
	} u;
} SchemaRule;

typedef struct SchemaDynamicAnchor
{
	const char *name;
	SchemaNode *node;
	struct SchemaDynamicAnchor *next;
} SchemaDynamicAnchor;

/* A schema with an identity of its own: a document, or a part with an $id. */
typedef struct SchemaResource
{
	const char *uri; /* absolute, or "" where nothing says */
	int index;       /* in order of discovery, the root being 0 */
	JsonbValue root;
	const JsonPath *path; /* of the root, in its document */
	int vocabularies;
	SchemaDynamicAnchor *dynamic_anchors;
} SchemaResource;

/* What json_schema_loop knows of a node. */
typedef enum LoopState
{
	LOOP_UNKNOWN,
	LOOP_FOLLOWING, /* on the way to where the walk is */
	LOOP_NONE       /* left behind; its loops have been complained about */
} LoopState;

struct SchemaNode
{
	SchemaResource *resource;
	const JsonPath *path;       /* in its document */
	const char *parent_keyword; /* that applies this node */
	LoopState loop_state;
	bool has_unevaluated; /* the last rules need to know what was seen */
	int rule_count;
	SchemaRule *rules;
};

typedef struct JsonSchema
{
	MemoryContext context; /* owns all of it */
	Jsonb *document;       /* as it was given */
	SchemaNode *root;
	int resource_count;
	bool has_dynamic_anchors;
	bool uses_registry;  /* other documents were looked for in json_schemas */
	bool is_provisional; /* and may already be others for other transactions */
	int pattern_count;
} JsonSchema;

extern const char *rule_keyword(RuleKind kind);

/* The types of instance that a rule says anything about. */
extern int rule_types(RuleKind kind);

/* "#/properties/a/maximum", behind the URI if that is not the root's. palloc'd */
extern char *schema_node_print(const SchemaNode *node, const char *keyword);

/* The path from a resource to a place below it, as a JSON Pointer. */
extern char *schema_path_print(const JsonPath *path, const JsonPath *from);

#endif
