import com.google.common.collect.ImmutableMap;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.firebase.rules.lang.CompileResult;
import com.google.firebase.rules.lang.FirebaseRulesProtoCompiler;
import com.google.firebase.rules.runtime.common.AsyncRuntimeFunction;
import com.google.firebase.rules.runtime.common.Evaluator;
import com.google.firebase.rules.runtime.impl.DefaultEvaluator;
import com.google.firebase.rules.runtime.utils.PathUtils;
import com.google.firebase.rules.runtime.v1.ExpressionPathValue;
import com.google.firebase.rules.runtime.v1.ExpressionValue;
import com.google.firebase.rules.v1.Issue;
import com.google.firebase.rules.v1.Source;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.util.JsonFormat;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * The Storage rules runtime of firebase-tools, for machines that can't download Google's: the same
 * protocol (one JSON object a line), on the rules compiler and evaluator inside the Firestore
 * emulator's jar. Rules that read Firestore (firestore.get, firestore.exists) are denied here.
 */
public final class StorageRulesRuntime {
  private static final Map<String, DefaultEvaluator> rulesets = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    PrintStream replies = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // Only replies may reach the real standard output.
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    JsonObject started = new JsonObject();
    started.addProperty("action", "start");
    replies.println(reply(-1, started));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      JsonObject request = JsonParser.parseString(line).getAsJsonObject();
      replies.println(reply(request.get("id").getAsInt(), answer(request)));
    }
  }

  private static JsonObject reply(int id, JsonObject content) {
    content.addProperty("id", id);
    content.addProperty("status", "ok");
    return content;
  }

  private static JsonObject answer(JsonObject request) throws Exception {
    JsonObject context = request.getAsJsonObject("context");
    boolean isVerify = request.get("action").getAsString().equals("verify");
    return isVerify ? verify(context) : load(context);
  }

  private static JsonObject load(JsonObject context) throws Exception {
    Source.Builder source = Source.newBuilder();
    JsonFormat.parser().ignoringUnknownFields().merge(context.get("source").toString(), source);
    CompileResult compiled = FirebaseRulesProtoCompiler.createStandalone().compile(source);
    JsonArray errors = new JsonArray();
    JsonArray warnings = new JsonArray();
    for (Issue issue : compiled.getIssues()) {
      boolean isError = issue.getSeverity() == Issue.Severity.ERROR;
      String place = "line " + issue.getSourcePosition().getLine();
      (isError ? errors : warnings).add(place + ": " + issue.getDescription());
    }
    JsonObject result = new JsonObject();
    if (!compiled.hasCompilationError()) {
      String name = context.get("rulesetName").getAsString();
      rulesets.put(name, new DefaultEvaluator(compiled.getRulesetAst()));
      result.addProperty("rulesVersion", compiled.getRulesetAst().getVersionValue());
    } else if (errors.isEmpty()) {
      errors.add("The rules don't compile.");
    }
    return answerOf(result, errors, warnings);
  }

  private static JsonObject verify(JsonObject context) throws Exception {
    JsonArray warnings = new JsonArray();
    boolean permitted = false;
    try {
      DefaultEvaluator ruleset = rulesets.get(context.get("rulesetName").getAsString());
      permitted = ruleset.evaluate(new Request(context)).get().permit();
    } catch (ExecutionException error) { // A rule that can't be evaluated denies.
      warnings.add(String.valueOf(error.getCause().getMessage()));
    } catch (IllegalArgumentException error) { // A path with an empty segment, say.
      warnings.add(String.valueOf(error.getMessage()));
    }
    JsonObject result = new JsonObject();
    result.addProperty("permit", permitted);
    return answerOf(result, new JsonArray(), warnings);
  }

  private static JsonObject answerOf(JsonObject result, JsonArray errors, JsonArray warnings) {
    JsonObject answer = new JsonObject();
    answer.add("result", result);
    answer.add("errors", errors);
    answer.add("warnings", warnings);
    return answer;
  }

  /** What the evaluator asks about one request. */
  private static final class Request implements Evaluator.Context {
    private final JsonObject context;
    private final ImmutableMap<String, Supplier<ListenableFuture<ExpressionValue>>> variables;

    Request(JsonObject context) throws Exception {
      this.context = context;
      ImmutableMap.Builder<String, Supplier<ListenableFuture<ExpressionValue>>> named =
          ImmutableMap.builder();
      for (Map.Entry<String, JsonElement> variable :
          context.getAsJsonObject("variables").entrySet()) {
        ExpressionValue.Builder value = ExpressionValue.newBuilder();
        JsonFormat.parser().ignoringUnknownFields().merge(variable.getValue().toString(), value);
        ListenableFuture<ExpressionValue> known = Futures.immediateFuture(value.build());
        named.put(variable.getKey(), () -> known);
      }
      this.variables = named.build();
    }

    @Override
    public String service() {
      return context.get("service").getAsString();
    }

    @Override
    public String method() {
      return context.get("method").getAsString();
    }

    @Override
    public ExpressionPathValue path() {
      return PathUtils.parseRaw(context.get("path").getAsString());
    }

    @Override
    public ImmutableMap<String, Supplier<ListenableFuture<ExpressionValue>>> variables() {
      return variables;
    }

    @Override
    public ImmutableMap<String, AsyncRuntimeFunction> functions() {
      return ImmutableMap.of();
    }
  }
}
